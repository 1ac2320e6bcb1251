import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    title: '没有这个页面',
    reason: '地址可能写错了，或者这项内容已经移走。已存的记录都在。',
    home: '回到今日',
  },
  en: {
    title: 'No such page',
    reason: 'The address may be wrong, or the item has moved. Everything saved is still here.',
    home: 'Back to today',
  },
})
