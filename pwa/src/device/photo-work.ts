/** Know whether a photo is being processed, so that nothing pulls the page away under it. */
import { ref } from 'vue'

export const photosInWork = ref(0)

/** Run one piece of photo work; while any runs, an update of the app waits. */
export async function whilePhotoWork<Result>(work: () => Promise<Result>): Promise<Result> {
  photosInWork.value += 1
  try {
    return await work()
  } finally {
    photosInWork.value -= 1
  }
}
